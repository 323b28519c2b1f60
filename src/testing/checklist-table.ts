/** The whole checklist, in the order in which it is printed. */
import { conferenceRows } from "./checklist-conference.ts";
import { extensionRows } from "./checklist-extension.ts";
import { factoryRows } from "./checklist-factory.ts";
import { msrpRows } from "./checklist-msrp.ts";
import { replacesRows } from "./checklist-replaces.ts";
import { roomRows } from "./checklist-rooms.ts";
import { rosterRows } from "./checklist-roster.ts";
import type { Row } from "./checklist-row.ts";
import { sipRows } from "./checklist-sip.ts";

export const checklist: readonly Row[] = [
  ...replacesRows,
  ...extensionRows,
  ...factoryRows,
  ...conferenceRows,
  ...rosterRows,
  ...sipRows,
  ...msrpRows,
  ...roomRows,
];
