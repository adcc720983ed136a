// What a request to our own server carries: the token against forged requests, and the fields.

export function formOf(token, fields) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", token);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  return body;
}
