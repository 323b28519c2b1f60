/** `npm run account`, from the command line; what it does stands in `account-command.ts`. */
import { runAccount } from "./account-command.ts";

const { code, out, err } = await runAccount(process.argv.slice(2), {
  input: process.stdin,
  output: process.stderr,
});
process.stdout.write(out);
process.stderr.write(err);
process.exitCode = code;
