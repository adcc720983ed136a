// Passkeys: what the server asks, handed to the browser, and what the device answers, handed back. Nothing is kept.

import { formOf } from "../shared/forms.js";

const asBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const asText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

export const able = () => Boolean(globalThis.PublicKeyCredential && navigator.credentials);

export async function create(options) {
  const publicKey = {
    ...options,
    challenge: asBytes(options.challenge),
    user: { ...options.user, id: asBytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map((one) => ({ ...one, id: asBytes(one.id) })),
  };
  const made = await navigator.credentials.create({ publicKey });
  const { clientDataJSON, attestationObject } = made.response;
  const transports = made.response.getTransports?.() ?? [];
  const response = { clientDataJSON: asText(clientDataJSON), attestationObject: asText(attestationObject), transports };
  return { ...shared(made), response };
}

export async function get(options, signal) {
  const publicKey = { ...options, challenge: asBytes(options.challenge), allowCredentials: [] };
  const found = await navigator.credentials.get({ publicKey, signal });
  const { clientDataJSON, authenticatorData, signature, userHandle } = found.response;
  const response = { clientDataJSON: asText(clientDataJSON), authenticatorData: asText(authenticatorData), signature: asText(signature) };
  if (userHandle?.byteLength) response.userHandle = asText(userHandle);
  return { ...shared(found), response };
}

function shared(found) {
  return { id: found.id, rawId: asText(found.rawId), type: found.type, clientExtensionResults: found.getClientExtensionResults() };
}

// What a refused ceremony means in the page's words.
export function why(error, words) {
  if (error?.name === "InvalidStateError") return words.known;
  return error?.said ?? words.cancelled;
}

// One question to our own server; what it refuses is thrown, with its sentence.
export async function ask(address, token, fields, words) {
  const body = formOf(token, fields);
  let answer, said;
  try {
    answer = await fetch(address, { method: "POST", body });
    said = await answer.json();
  } catch {
    throw Object.assign(new Error("offline"), { said: words.offline });
  }
  if (answer.ok) return said;
  throw Object.assign(new Error("refused"), { said: said.message ?? words.offline, code: said.code, details: said.details });
}
