// Reads feeds as a feed reader does. Standard input: [{name, body}]; standard output: one line of JSON for each.

import { readFileSync } from "node:fs";
import { parseFeed } from "feedsmith";

for (const { name, body } of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    const { format, feed } = parseFeed(body);
    console.log(JSON.stringify({ name, format, feed }));
  } catch (error) {
    console.log(JSON.stringify({ name, error: String(error.message ?? error) }));
  }
}
