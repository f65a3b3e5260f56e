import type { types } from '@pulumi/azure-native';
import type { EnvironmentVariable } from './environment-variables';

type Container = types.input.app.ContainerArgs;
type Probe = types.input.app.ContainerAppProbeArgs;

/** The health probes. Azure returns them in this order; with another order every preview would show a diff. */
const probes = (port: number): Probe[] => [
  { type: 'Liveness', httpGet: { path: '/healthz', port }, periodSeconds: 10, failureThreshold: 3 },
  { type: 'Readiness', httpGet: { path: '/readyz', port }, periodSeconds: 5, failureThreshold: 3 },
  { type: 'Startup', httpGet: { path: '/healthz', port }, periodSeconds: 2, failureThreshold: 30 },
];

export interface ContainerArgs {
  readonly image: string;
  /** vCPUs. */
  readonly cpu: number;
  readonly port: number;
  readonly env: EnvironmentVariable[];
}

/** The container of a revision. The image sets an unprivileged user: Container Apps has no setting for it. */
export const container = ({ image, cpu, port, env }: ContainerArgs): Container => ({
  name: 'backend',
  image,
  env,
  resources: { cpu, memory: `${cpu * 2}Gi` },
  probes: probes(port),
});
