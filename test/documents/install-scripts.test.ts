import { read } from './guide';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
}
interface Manifest {
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

// npm 12 runs only install scripts that package.json allows; without that of `node` there is no Node 24.
test("package.json decides about every install script of the lockfile, and allows only Node's", () => {
  const { packages }: Lock = JSON.parse(read('package-lock.json'));
  const { allowScripts }: Manifest = JSON.parse(read('package.json'));
  const withScript = Object.entries(packages).flatMap(([folder, { hasInstallScript }]) =>
    hasInstallScript === true ? [folder.replace(/^.*node_modules\//, '')] : [],
  );
  expect(Object.keys(allowScripts).toSorted()).toEqual([...new Set(withScript)].toSorted());
  expect(Object.keys(allowScripts).filter((name) => allowScripts[name])).toEqual(['node']);
});
