/* Answered in the place of worker.js where SERVICE_WORKER is off: takes away what that one kept, and itself. */
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(end()));

async function end() {
  for (const name of await caches.keys()) await caches.delete(name);
  await registration.unregister();
}
