import { npmParent } from '../../local/lifetime';

const NPM = { npm_lifecycle_event: 'local' };

describe('the npm that started a run', () => {
  test.each([
    ['is the parent of its shell', ' 4711 sh\n', 4711],
    ['is the parent of a shell with a path', '4711 /bin/dash', 4711],
    ['is the own parent if the shell replaced itself', '99 npm run local', 42],
    ['is assumed to be the own parent if the system says nothing', '', 42],
  ])('%s', (_, described, expected) => {
    expect(npmParent(NPM, 42, () => described)).toBe(expected);
  });

  test('is undefined when the run was started without npm', () => {
    expect(npmParent({}, 42, () => '4711 sh')).toBeUndefined();
  });
});
