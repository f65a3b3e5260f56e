import * as z from 'zod';

const identity = z.string();

/** The inputs of a Container App that are needed to run it. */
export const CONTAINER_APP = z.object({
  containerAppName: z.string(),
  identity: z.object({ userAssignedIdentities: z.array(identity).default([]) }).optional(),
  configuration: z.object({
    identitySettings: z.array(z.object({ identity, lifecycle: z.string() })).default([]),
    ingress: z.object({ targetPort: z.number() }),
    registries: z.array(z.object({ server: z.string(), identity })).default([]),
    secrets: z.array(z.object({ name: z.string(), keyVaultUrl: z.string(), identity })).default([]),
  }),
  template: z.object({
    containers: z
      .array(
        z.object({
          image: z.string(),
          env: z
            .array(
              z.object({ name: z.string(), value: z.string().optional(), secretRef: z.string().optional() }),
            )
            .default([]),
          probes: z
            .array(
              z.object({
                type: z.enum(['Liveness', 'Readiness', 'Startup']),
                httpGet: z.object({ path: z.string(), port: z.number() }),
                periodSeconds: z.number(),
                failureThreshold: z.number(),
              }),
            )
            .default([]),
        }),
      )
      .length(1),
    scale: z.object({ maxReplicas: z.number() }).default({ maxReplicas: 1 }),
    terminationGracePeriodSeconds: z.number().default(30),
  }),
});

export type ContainerApp = z.infer<typeof CONTAINER_APP>;
export type Probe = ContainerApp['template']['containers'][number]['probes'][number];
