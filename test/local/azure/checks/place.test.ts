import { items, placeOf, propertyName, within } from '../../../../local/azure/checks/place';
import { UNKNOWN } from '../../../../local/azure/wire';

test('a name leads to what stands under it, and nowhere where nothing does', () => {
  const root = placeOf({ a: { b: 1, c: null } });
  expect(within(root, 'a', 'b')).toEqual({ value: 1, path: ['a', 'b'] });
  expect(within(root, 'a', 'b', 'c')).toEqual({ value: undefined, path: ['a', 'b', 'c'] });
  expect(within(root, 'x', 'y').value).toBeUndefined();
});

test('null is nothing, and what every object inherits is not there', () => {
  expect(within(placeOf({ c: null }), 'c').value).toBeUndefined();
  expect(within(placeOf({}), 'constructor').value).toBeUndefined();
});

test('within an unknown everything is unknown', () => {
  expect(within(placeOf({ a: UNKNOWN }), 'a', 'b', 'c')).toEqual({ value: UNKNOWN, path: ['a', 'b', 'c'] });
  expect(items(placeOf(UNKNOWN))).toEqual([]);
});

test('a path is written as Pulumi writes it', () => {
  expect(propertyName(['template', 'containers', 0, 'env', 2])).toBe('template.containers[0].env[2]');
  expect(propertyName(['tags', 'a.b'])).toBe('tags["a.b"]');
  expect(propertyName([])).toBe('');
});
