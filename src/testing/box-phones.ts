/** A box over real sockets and telephones made of a WebSocket (`raw-phone.ts`), for tests of SIP hop by hop. */
import { startBox, type Box, type BoxOptions } from "../server/network-in-a-box.ts";
import { header, headers, type SipRequest, type SipResponse } from "../wire/sip.ts";
import { answerTo, openPhone, routesOf, targetOf, type Phone } from "./raw-phone.ts";

export const bobUri = "sip:bob@segue.example";

export interface BoxPhones {
  readonly box: Box;
  /** Connected, no more. */
  phone(user: string, instance?: string): Promise<Phone>;
  signedIn(user: string, instance?: string): Promise<Phone>;
  /** Telephones and box. */
  stop(): Promise<void>;
}

export async function boxPhones(options: BoxOptions = {}): Promise<BoxPhones> {
  const box = await startBox(options);
  const open: Phone[] = [];
  const phone = async (user: string, instance?: string): Promise<Phone> => {
    const one = await openPhone(box.port, user, instance === undefined ? {} : { instance });
    open.push(one);
    return one;
  };
  return {
    box,
    phone,
    signedIn: async (user, instance) => {
      const one = await phone(user, instance);
      const { status } = await one.register();
      if (status !== 200) throw new Error(`${user} can't sign in: ${status}`);
      return one;
    },
    stop: async () => {
      await Promise.all(open.map((one) => one.close()));
      await box.stop();
    },
  };
}

/** alice calls bob, bob answers, alice acknowledges. */
export async function call(
  alice: Phone,
  bob: Phone,
): Promise<{ invite: SipRequest; ok: SipResponse; atBob: SipRequest }> {
  const invite = alice.request("INVITE", bobUri, { more: [["Contact", `<${alice.contact}>`]] });
  alice.send(invite);
  const atBob = await bob.takeRequest("INVITE");
  bob.send(answerTo(bob, atBob, 200));
  const ok = await alice.takeResponse("INVITE", 200);
  alice.send(alice.ack(invite, ok));
  await bob.takeRequest("ACK");
  return { invite, ok, atBob };
}

/** A request of the called one, within that dialog. */
export const backwards = (bob: Phone, method: string, atBob: SipRequest): SipRequest =>
  bob.request(method, targetOf(atBob), {
    from: `<sip:bob@segue.example>;tag=tag-bob`,
    to: header(atBob, "From") ?? "",
    callId: header(atBob, "Call-ID") ?? "",
    more: routesOf(headers(atBob, "Record-Route")),
  });
