import { LAPTOP_ENVIRONMENT } from '../../../contract/hand-over';
import { connectProvider } from '../engine/connect-provider';
import { EngineState, runProgram, type ProgramResult } from '../engine/engine';
import { PLUGIN_FOLDER } from '../stand-in';
import { plainObject, withoutSecrets } from '../wire';
import { PROJECT } from './project';
import {
  DeploymentError,
  providerEnvironment,
  type Deployed,
  type LaptopStack,
  type StackConfig,
  type StackPlace,
} from './stack';

/** The program in the SDK's own Node runner, against the small engine and the provider as the CLI would start it. */
export class EngineStack implements LaptopStack {
  readonly runBy = "the SDK's Node runner and a small engine";
  readonly isCli = false;
  private readonly state = new EngineState();

  constructor(private readonly place: StackPlace) {}

  async up({ plain, secret }: StackConfig): Promise<Deployed> {
    const { root, signal } = this.place;
    const provider = await connectProvider(PLUGIN_FOLDER, providerEnvironment(this.place), signal);
    try {
      const result = await runProgram({
        ...PROJECT,
        rootDirectory: root,
        stack: LAPTOP_ENVIRONMENT,
        config: { ...plain, ...secret },
        secretKeys: Object.keys(secret),
        provider,
        state: this.state,
        signal,
      });
      if (result.exitCode !== 0) throw new DeploymentError(errorsOf(result));
      return {
        outputs: textsOf(result.outputs),
        changes: result.resources.filter(({ custom, operation }) => custom && operation !== 'same').length,
      };
    } finally {
      await provider.close();
    }
  }

  record(): Promise<string> {
    return Promise.resolve(JSON.stringify([...this.state.values()].map(withoutSecrets)));
  }
}

const errorsOf = ({ log, exitCode }: ProgramResult): string =>
  log
    .filter(({ severity }) => severity === 'error')
    .map(({ text }) => text)
    .join('\n') || `exit code ${exitCode}`;

const textsOf = (outputs: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(plainObject(outputs)).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : '',
    ]),
  );
