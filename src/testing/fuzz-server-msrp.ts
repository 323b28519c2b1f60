/**
 * The door `/msrp` of the server: a member of a group whose session stands, and who then writes frames that are none, or
 * are somebody else's. Behind the relay the focus reads what gets through: CPIM, and what is in it.
 */
import { formatResourceLists } from "../wire/resource-lists.ts";
import { formatFrame, type MsrpFrame } from "../wire/msrp.ts";
import { freshId } from "../server/system.ts";
import { entry } from "./checklist-orders.ts";
import type { Assault, Door } from "./fuzz-door.ts";
import { mutatedFrame, noise } from "./fuzz-mutants.ts";
import { targetOf } from "./raw-phone.ts";
import { factory, type RawMember, type RawSession } from "./raw-member.ts";

const roundOf = 100;

export const serverMsrp: Door = {
  name: "server /msrp",
  assault: async (at, checked) => {
    const [host, guest] = await Promise.all([at.member("raw0"), at.member("raw1")]);
    let member = host;
    let session = await host.invite(factory, { list: formatResourceLists([entry(guest.address)]) });
    await guest.accept(await guest.phone.takeRequest("INVITE"));
    const conference = targetOf(await session.confirm());
    while (at.left() > 0) {
      if (await round(at, member, session)) {
        await checked();
        continue;
      }
      // Back into the group, as anybody who has lost the connection.
      member.close();
      member = await at.member("raw0");
      session = await member.invite(conference);
      await session.confirm();
    }
  },
};

/** Whether the connection has outlived it. */
async function round(at: Assault, member: RawMember, session: RawSession): Promise<boolean> {
  const { socket } = member.relay;
  let said: string[] = [];
  let closed: number | null = null;
  socket.on("message", (data: Buffer) => void said.push(data.toString("latin1")));
  socket.once("close", (code) => (closed = code));
  for (let n = 0; n < roundOf && at.left() > 0; n += 1) {
    const kind = at.next();
    const valid = Buffer.from(formatFrame(oneOf(at, session))).toString("latin1");
    said = [];
    const text =
      kind === "noise" ? noise(at.chance) : kind === "valid" ? valid : mutatedFrame(valid, at.chance);
    socket.send(Buffer.from(text, "latin1"));
    const question = session.frame("", { contentType: null, body: null });
    member.relay.send(question);
    await member.relay.answerTo(question);
    const answers = said
      .filter((one) => !one.startsWith(`MSRP ${question.tid} `))
      .flatMap((one) => /^MSRP [^ ]+ ([0-9]{3})/.exec(one)?.[1] ?? []);
    at.tally.answer(closed === null ? (answers.at(-1) ?? "nothing") : `closed ${closed}`);
    if (closed !== null) return false;
  }
  return true;
}

function oneOf({ chance }: Assault, session: RawSession): MsrpFrame {
  const whole = session.cpim(`Text ${freshId()}`);
  const makes: readonly (() => MsrpFrame)[] = [
    () => whole,
    () => whole,
    () => session.cpim("typing", { contentType: "application/im-iscomposing+xml" }),
    () => session.cpim("<imdn/>", { contentType: "message/imdn+xml" }),
    () => session.frame(whole.body ?? "", { contentType: "message/cpim", continuation: "+" }),
    () => session.frame("cut", { contentType: "message/cpim", continuation: "#" }),
    () => ({
      ...session.frame("", { contentType: null, body: null }),
      method: "REPORT",
      headers: [
        ["Message-ID", freshId()],
        ["Byte-Range", "1-5/5"],
        ["Status", "000 200 OK"],
      ],
    }),
    () => ({ ...session.frame("", { contentType: null, body: null }), method: "AUTH", headers: [] }),
    () => ({
      ...whole,
      method: "NICKNAME",
      headers: [["Use-Nickname", '"x"']],
      contentType: null,
      body: null,
    }),
    () => ({
      kind: "response",
      tid: freshId(),
      status: 200,
      comment: "OK",
      toPath: whole.toPath.slice(0, 1),
      fromPath: whole.fromPath,
      headers: [],
    }),
  ];
  return chance.pick(makes)();
}
