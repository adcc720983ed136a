// The browser's camera: which there are, opening one, and why it does not open, as one of our state names.

const REASONS = {
  NotAllowedError: "camera_denied",
  SecurityError: "camera_denied",
  NotFoundError: "camera_missing",
  OverconstrainedError: "camera_missing",
  NotReadableError: "camera_busy",
  AbortError: "camera_busy",
};
const CHOICE = "ostiary.camera";

export class CameraTrouble extends Error {
  constructor(state) {
    super(state);
    this.state = state;
  }
}

export class Camera {
  // `onTrouble(state)` is called when an open camera goes away.
  constructor(video, onTrouble) {
    this.video = video;
    this.onTrouble = onTrouble;
  }

  get isOpen() {
    return this.video.srcObject !== null && this.video.readyState >= 2;
  }

  get chosen() {
    return this.video.srcObject?.getVideoTracks()[0]?.getSettings().deviceId ?? "";
  }

  async open(deviceId = localStorage.getItem(CHOICE)) {
    if (!navigator.mediaDevices) throw new CameraTrouble("camera_insecure");
    this.close();
    const stream = await this.#ask(deviceId);
    stream.getVideoTracks()[0].addEventListener("ended", () => this.#lost(stream));
    this.video.srcObject = stream;
    await this.video.play();
  }

  async choose(deviceId) {
    localStorage.setItem(CHOICE, deviceId);
    await this.open(deviceId);
  }

  close() {
    this.video.srcObject?.getTracks().forEach((track) => track.stop());
    this.video.srcObject = null;
  }

  async list() {
    const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    return devices.filter((device) => device.kind === "videoinput");
  }

  async #ask(deviceId) {
    const size = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 24 } };
    const facing = deviceId ? { deviceId: { ideal: deviceId } } : { facingMode: "user" };
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...size, ...facing } });
    } catch (error) {
      throw new CameraTrouble(REASONS[error.name] ?? "camera_failed");
    }
  }

  #lost(stream) {
    if (stream !== this.video.srcObject) return;
    this.close();
    this.onTrouble("camera_missing");
  }
}

// Whether the camera may be opened at once, without a question that only a person can answer.
export async function mayOpenAtOnce() {
  try {
    return (await navigator.permissions.query({ name: "camera" })).state === "granted";
  } catch {
    return false; // a browser that cannot say
  }
}
