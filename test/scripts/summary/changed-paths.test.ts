import { changedPaths } from '../../../scripts/summary/changed-paths';

test.each([
  ['equal values', { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
  ['a changed value', { a: { b: 1, c: 1 } }, { a: { b: 2, c: 1 } }, ['changed a/b']],
  ['something new, as one path', {}, { a: { b: { c: 1 } } }, ['added a']],
  ['something gone, as one path', { a: { b: { c: 1 } }, d: 1 }, { d: 1 }, ['removed a']],
  ['several, in order', { a: 1, b: 1 }, { b: 2, c: 1 }, ['removed a', 'changed b', 'added c']],
  ['a list without names, by position', { a: [1, 2] }, { a: [1, 3, 4] }, ['changed a/1', 'added a/2']],
  ['a list in the place of an object', { a: { 0: 1 } }, { a: [2] }, ['changed a']],
  ['an object in the place of a text', { a: 'x' }, { a: { Ref: 'x' } }, ['changed a']],
  ['null in the place of an object', { a: {} }, { a: null }, ['changed a']],
  ['the whole', 'x', 'y', ['changed ']],
])('names %s', (_, before, after, expected) => {
  expect(changedPaths(before, after).map(({ how, path }) => `${how} ${path}`)).toEqual(expected);
});

describe.each(['Sid', 'Id', 'Key', 'PolicyName', 'name'])('a list whose items have a %s', (name) => {
  const item = (own: string, value: number) => ({ [name]: own, value });
  const list = (...items: readonly unknown[]): unknown => ({ a: items });

  test('names what is in front of the others without naming these', () => {
    const paths = changedPaths(
      list(item('x', 1), item('y', 1)),
      list(item('w', 1), item('x', 1), item('y', 2)),
    );
    expect(paths).toEqual([
      { path: 'a/y/value', how: 'changed' },
      { path: 'a/w', how: 'added' },
    ]);
  });

  test('is named as a whole when only its order is another', () => {
    const [one, other] = [item('x', 1), item('y', 1)];
    expect(changedPaths(list(one, other), list(other, one))).toEqual([{ path: 'a', how: 'changed' }]);
  });

  test('is compared by position when a name is there twice', () => {
    const paths = changedPaths(list(item('x', 1), item('x', 2)), list(item('x', 1), item('x', 3)));
    expect(paths).toEqual([{ path: 'a/1/value', how: 'changed' }]);
  });
});
