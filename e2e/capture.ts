/**
 * `npm run capture`: the story on Kamailio, recorded on the loopback interface and read by tshark, which none of us
 * wrote either: no packet is malformed, every SIP message is read as one, and every body in it as what it says it is.
 *
 * Needs tshark and the right to record (root, or the group that Wireshark has for it). Ends with 0 when all is well,
 * with 1 and the packets in question when not, with 2 when nothing can be recorded here.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPeople, stopPeople } from "../src/testing/headless-person.ts";
import { joinsAt, talkInGroup, talkInPrivate } from "../src/testing/headless-stage.ts";
import { startKamailioNetwork } from "../src/testing/kamailio-network.ts";
import type { Ports } from "../src/testing/kamailio.ts";

/** Content-Type, and what tshark must have made of the body. */
const dissectors: readonly (readonly [type: string, protocols: readonly string[]])[] = [
  ["application/sdp", ["sdp"]],
  ["multipart/mixed", ["mime_multipart", "sdp", "xml"]],
  ["application/conference-info+xml", ["xml"]],
];

type Recording = { readonly stop: () => Promise<void> };

/** Resolves when packets are being recorded. */
function record(file: string): Promise<Recording> {
  const tshark = spawn("tshark", ["-i", "lo", "-f", "tcp", "-w", file], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  const ended = new Promise((done) => tshark.once("close", done));
  return new Promise((resolve, reject) => {
    tshark.once("error", () => reject(new Error("tshark is not installed (apt-get install tshark).")));
    tshark.once("close", () => reject(new Error(`tshark can't record here: ${said.trim()}`)));
    tshark.stderr.on("data", (bytes: Buffer) => {
      said += bytes.toString();
      if (!/Capture started|File: /.test(said)) return;
      resolve({
        stop: async () => {
          tshark.kill("SIGINT");
          await ended;
        },
      });
    });
  });
}

/** Answers the ports of Kamailio: the WebSockets', and the relay's to itself. */
async function tellStory(): Promise<Ports> {
  const network = await startKamailioNetwork();
  const [alice, bob, carol] = await startPeople(network, ["alice", "bob", "carol"]);
  const chat = await talkInPrivate(alice, bob);
  alice.actions.addPeople(chat.id, [carol.address], "Trip");
  await joinsAt(carol);
  await talkInGroup([alice, bob, carol], "the wires");
  await stopPeople([alice, bob, carol]);
  const { ports } = network.kamailio;
  await network.stop();
  return ports;
}

function read(file: string, ports: Ports, filter: string, fields: readonly string[]): string[][] {
  const [sockets, hop] = ports;
  const { stdout } = spawnSync(
    "tshark",
    [
      "-r",
      file,
      "-d",
      `tcp.port==${sockets},http`,
      "-d",
      `tcp.port==${hop},msrp`,
      "-Y",
      `(tcp.port==${sockets} || tcp.port==${hop}) && (${filter})`,
      "-T",
      "fields",
      "-E",
      "occurrence=f",
      ...fields.flatMap((field) => ["-e", field]),
    ],
    { encoding: "utf8", maxBuffer: 268_435_456 },
  );
  return stdout.split("\n").flatMap((line) => (line === "" ? [] : [line.split("\t")]));
}

async function main(): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), "segue-capture-"));
  const file = join(dir, "story.pcapng");
  try {
    const recording = await record(file);
    const ports = await tellStory();
    await recording.stop();

    const malformed = read(file, ports, "_ws.malformed", ["frame.number", "frame.protocols"]);
    const sip = read(file, ports, "sip", ["frame.number", "sip.Content-Type", "frame.protocols"]);
    const wrong = sip.flatMap(([frame, type = "", protocols = ""]) => {
      const wanted = dissectors.find(([one]) => type.toLowerCase().startsWith(one))?.[1] ?? [];
      const missing = wanted.filter((one) => !protocols.split(":").includes(one));
      return missing.length === 0 ? [] : [`packet ${frame}: ${type} is read as ${protocols}`];
    });
    const bodies = sip.filter(([, type = ""]) => type !== "").length;
    const kinds = dissectors.filter(
      ([one]) => !sip.some(([, type = ""]) => type.toLowerCase().startsWith(one)),
    );
    const problems = [
      ...malformed.map(([frame, protocols]) => `packet ${frame} is malformed: ${protocols}`),
      ...wrong,
      ...kinds.map(([type]) => `nothing with ${type} was recorded`),
    ];
    for (const problem of problems) console.error(problem);
    console.log(`${sip.length} SIP messages, ${bodies} with a body, ${malformed.length} malformed packets.`);
    return problems.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 2;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

process.exit(await main());
