import { resolve } from "node:path";
import { parseArgs } from "node:util";

export type DevOptions = {
  port: number;
  stateDir: string;
  quiet: boolean;
  verbose: boolean;
  seed: boolean;
  /** How long a minute of the scheduled work lasts; 0 is never. */
  cronSeconds: number;
};

const usage = `npm start -- [opciones / options]
  --port N      puerto de la pasarela; usa también los tres siguientes / port of the gateway; uses the next three as well (8787)
  --state DIR   carpeta de los datos locales / folder of the local data (.wrangler/state)
  --quiet       solo la línea de aviso para programas / only the line that programs read
  --verbose     también los registros de los Workers / the Workers' logs as well
  --cron N      segundos que dura un minuto de las tareas programadas; 0, nunca / seconds that a minute of the scheduled work lasts; 0 is never (60)
  --no-seed     sin la cuenta de demostración ni el simulador / without the demo account and the simulator`;

export function readOptions(root: string, args: string[]): DevOptions {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: {
      port: { type: "string", default: process.env.PORT ?? "8787" },
      state: { type: "string", default: ".wrangler/state" },
      quiet: { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
      seed: { type: "boolean", default: true },
      cron: { type: "string", default: "60" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_532) {
    throw new Error(`Puerto no válido / Not a port: ${values.port}`);
  }
  const cronSeconds = Number(values.cron);
  if (!(cronSeconds >= 0 && cronSeconds <= 60)) throw new Error(`--cron: 0 – 60, ${values.cron}`);
  return {
    port,
    stateDir: resolve(root, values.state),
    quiet: values.quiet,
    verbose: values.verbose,
    seed: values.seed,
    cronSeconds,
  };
}
