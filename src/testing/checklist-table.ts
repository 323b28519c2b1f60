/** The whole checklist, in the order in which it is printed. */
import { conferenceRows } from "./checklist-conference.ts";
import { callRows } from "./checklist-calls.ts";
import { extensionRows } from "./checklist-extension.ts";
import { factoryRows } from "./checklist-factory.ts";
import { mediaRows } from "./checklist-media.ts";
import { msrpRows } from "./checklist-msrp.ts";
import { peopleRows } from "./checklist-people.ts";
import { receiptRows } from "./checklist-receipts.ts";
import { replacesRows } from "./checklist-replaces.ts";
import { roomRows } from "./checklist-rooms.ts";
import { rosterRows } from "./checklist-roster.ts";
import type { Row } from "./checklist-row.ts";
import { sipRows } from "./checklist-sip.ts";

export const checklist: readonly Row[] = [
  ...replacesRows,
  ...callRows,
  ...extensionRows,
  ...factoryRows,
  ...conferenceRows,
  ...peopleRows,
  ...rosterRows,
  ...sipRows,
  ...msrpRows,
  ...mediaRows,
  ...roomRows,
  ...receiptRows,
];
