/** Every door that somebody hostile can reach. */
import { clientMsrp, clientSip } from "./fuzz-client.ts";
import type { Door } from "./fuzz-door.ts";
import { http } from "./fuzz-http.ts";
import { serverMsrp } from "./fuzz-server-msrp.ts";
import { serverSip } from "./fuzz-server-sip.ts";

export const doors: readonly Door[] = [serverSip, serverMsrp, http, clientSip, clientMsrp];
