import { PINNED, synth, VARIANT_NAMES, VARIANTS } from './helpers';
import { type CfnTemplate, resolve, TARGET } from './template';

const NAME = 'tavus-recordings-tavusrec-role-boundary';
const ARN = `arn:aws:iam::${TARGET.account}:policy/${NAME}`;

/** Removes the boundaries from a template, and returns both. */
function withoutBoundaries({ Resources, Outputs }: CfnTemplate): {
  readonly boundaries: Record<string, unknown>;
  readonly others: Pick<CfnTemplate, 'Resources' | 'Outputs'>;
} {
  const boundaries: Record<string, unknown> = {};
  const others = Object.entries(Resources).map(([id, resource]) => {
    const { PermissionsBoundary: boundary, ...Properties } = resource.Properties;
    if (boundary !== undefined) boundaries[id] = resolve(boundary, Resources);
    return [id, { ...resource, Properties }] as const;
  });
  return { boundaries, others: { Resources: Object.fromEntries(others), Outputs } };
}

describe.each(VARIANT_NAMES)('the setting permissionsBoundary, variant %s', (variant) => {
  const without = withoutBoundaries(synth(VARIANTS[variant]));

  it.each([NAME, ARN])('sets %s on each role and changes nothing else', (permissionsBoundary) => {
    const bounded = withoutBoundaries(synth({ ...VARIANTS[variant], permissionsBoundary }));
    const roles = [
      PINNED.role,
      ...('backend' in VARIANTS[variant] ? [PINNED.readerRole, PINNED.eraserRole] : []),
    ];
    expect(bounded.boundaries).toEqual(Object.fromEntries(roles.map((role) => [role, ARN])));
    expect(bounded.others).toEqual(without.others);
  });

  it('is off by default', () => {
    expect(without.boundaries).toEqual({});
  });
});
