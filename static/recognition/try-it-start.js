// Says whether there is a camera, before anyone agrees.
const devices = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
document.getElementById("no-camera").hidden = devices.some((device) => device.kind === "videoinput");
