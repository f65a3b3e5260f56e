import { npmParent } from '../../local/lifetime';

const NPM = { npm_lifecycle_event: 'local' };

describe('the npm that started a run', () => {
  test.each([
    ['is behind the shell that npm starts', ' 4711 sh\n', 4711],
    ['is behind a shell with its path', '4711 /bin/dash', 4711],
    ['is the parent where the shell replaced itself', '99 npm run local', 42],
    ['is taken for the parent where the system says nothing', '', 42],
  ])('%s', (_, described, expected) => {
    expect(npmParent(NPM, 42, () => described)).toBe(expected);
  });

  test('is nobody when the run was started without npm', () => {
    expect(npmParent({}, 42, () => '4711 sh')).toBeUndefined();
  });
});
