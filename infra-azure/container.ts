import type { types } from '@pulumi/azure-native';
import type { EnvironmentVariable } from './environment-variables';

type Container = types.input.app.ContainerArgs;
type Probe = types.input.app.ContainerAppProbeArgs;

/** How the platform asks the backend how it is. In this order, or Azure shows a change for ever. */
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

/** The one container of a revision. That it runs as nobody is the image's own doing: Container Apps has no setting for it. */
export const container = ({ image, cpu, port, env }: ContainerArgs): Container => ({
  name: 'backend',
  image,
  env,
  resources: { cpu, memory: `${cpu * 2}Gi` },
  probes: probes(port),
});
