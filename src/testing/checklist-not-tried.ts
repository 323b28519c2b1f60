/** Rules of the checklist without a line of their own, and why: another line tries it, no such function, or a departure. */
const none = "There is no such function here:";

export const notTried: readonly (readonly [id: string, why: string])[] = [
  [
    "REPL-19",
    "Departs (SHOULD): the focus asks for the person and knows no device; one without the 1-1 answers 481, as R6 in races.test.ts has it.",
  ],
  [
    "CONF-6",
    `${none} this client begins a group by a list and never by REFER with Replaces; SEC-3 tries that it is refused.`,
  ],
  ["CONF-7", `${none} nobody is removed by REFER; REF-9 tries that it is refused.`],
  ["CONF-11", "A focus can't tell; the raw members here are such user agents."],
  ["RLI-7", "Departs: nobody is hidden in a group, so bcc is as to; no list of recipients is sent (RLI-6)."],
  ["RLI-8", `${none} anonymous entries are left out on purpose, and CONF-9 tries who asks for it.`],
  ["RLI-12", "Who is registered here has agreed to be invited; everybody may decline. No RFC 5360."],
  ["CEV-8", "CEV-5, CEV-6 and CEV-7 try it."],
  [
    "CEV-12",
    "Departs (recommended: one in 5 s): one a second, so that people see who comes; server/focus/notifier.test.ts has it, by a clock that is moved by hand.",
  ],
  ["REF-5", `${none} the client sends REFER without a subscription.`],
  ["WS-4", "A duty of the stacks; their tests have it, by a clock that is moved by hand."],
  ["WS-7", "The box of these lines is on loopback; server/beyond-loopback.test.ts has TLS."],
  ["MSRP-6", "Half a minute: flow/msrp-answers.test.ts has it, by a clock that is moved by hand."],
  [
    "MSRP-10",
    "Departs: text and CPIM are taken, and no multipart, which accept-types says; CHAT-1 and CHAT-5 try what is not taken.",
  ],
  ["CEMA-1", `${none} every path leads through the relay that is named.`],
  ["MWS-3", "As WS-7."],
  ["MWS-5", "RELAY-1 tries it."],
  ["MWS-8", "By design: the focus is a client of the relay, as any browser."],
  ["MDC", `${none} no data channels.`],
  ["CHAT-11", `${none} nobody is anonymous.`],
  ["CPIM-2", "CHAT-4 tries it: the same bytes."],
  ["CPIM-6", "CHAT-2 and CPIM-4 try it."],
  ["IMDN-4", `${none} a receipt goes to the author, whatever IMDN-Record-Route says.`],
  ["IMDN-6", `${none} nobody is written to by a list, who would be told of many at once.`],
  ["IMDN-7", `${none} no list is hidden.`],
  ["FT", `${none} no files are sent.`],
  [
    "SEC-10",
    "Departs on purpose: 404 for who is not there, 480 for who is away (OUT-2). Only people of the network can ask.",
  ],
  ["SEC-11", "REPL-9 and SEC-6 try it: nobody but the focus can say on whose behalf."],
];
