import { parseGuide, type Guide } from './guide';
import { GUIDES, read, thisProject, type Project } from './project';
import { commands, data, environments, languages } from './rules/blocks';
import {
  identifiers,
  loneOptions,
  mistakes,
  options,
  programs,
  pulumiKeys,
  scripts,
  settings,
} from './rules/names';
import { links, places } from './rules/places';
import { RUN_BY, untrueRunners } from './rules/run-by';

type Rule = (guide: Guide, project: Project) => readonly string[];

/** What holds for every guide, by what its test is called. */
const RULES: Readonly<Record<string, Rule>> = {
  'says of every block what it is': languages,
  'shows only commands that something runs, or says that they need an account': commands,
  'shows only JSON and YAML that can be read': data,
  'shows only settings of environments that `cdk deploy` takes': environments,
  'names only npm scripts that exist': scripts,
  'names only programs that exist': programs,
  'names only options that our programs take': options,
  'names only options that some command takes': loneOptions,
  'names only mistakes that exist': mistakes,
  'names only settings that exist': settings,
  'names only Pulumi keys that a program reads': pulumiKeys,
  'names in code only what the code has': identifiers,
  'names only files and folders that exist': places,
  'has only links that lead somewhere': links,
};

const project = thisProject();

describe.each(GUIDES)('%s', (file) => {
  const guide = parseGuide(file, read(file));

  test.each(Object.entries(RULES))('%s', (_, rule) => {
    expect(rule(guide, project)).toEqual([]);
  });
});

test('the guides are there to be read', () => {
  expect(GUIDES).toEqual(expect.arrayContaining(['README.md', 'AGENTS.md', 'docs/azure.md']));
});

test('every command that guides may show without a word is run by what the table says', () => {
  expect(untrueRunners(RUN_BY, (file) => (project.files.has(file) ? read(file) : undefined))).toEqual([]);
});
