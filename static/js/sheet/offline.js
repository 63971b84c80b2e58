// Asks the worker to keep the sheet that is open, so that it works without a network. What it
// keeps of somebody else is thrown away at once, and all of it when somebody signs out.

const WORKER = "/sheets/worker.js";
const SCOPE = "/sheets/";

async function ready() {
  if (!("serviceWorker" in navigator)) {
    return null;
  }
  await navigator.serviceWorker.register(WORKER, { scope: SCOPE });
  const registration = await navigator.serviceWorker.ready;
  return registration.active;
}

function ask(worker, message) {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = (event) => resolve(event.data);
    worker.postMessage(message, [channel.port2]);
  });
}

export async function keepSheet(person, page) {
  const worker = await ready();
  return worker ? ask(worker, { kind: "keep", person, page }) : { kept: false };
}

export async function forgetSheets() {
  const registration = await navigator.serviceWorker?.getRegistration(SCOPE);
  if (registration?.active) {
    await ask(registration.active, { kind: "forget" });
  }
}
