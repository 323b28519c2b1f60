/** The whole checklist, in the order in which it is printed. */
import { factoryRows } from "./checklist-factory.ts";
import { msrpRows } from "./checklist-msrp.ts";
import { sipRows } from "./checklist-sip.ts";
import { replacesRows } from "./checklist-replaces.ts";
import type { Row } from "./checklist-row.ts";

export const checklist: readonly Row[] = [...replacesRows, ...factoryRows, ...sipRows, ...msrpRows];
