/** What a file system means for the ledger: `shared`, other computers have it too; `fleeting`, it ends with the container. */
export interface FileSystem {
  readonly name: string;
  readonly kind: 'fleeting' | 'shared';
}

/** By `f_type` of statfs(2), Linux (man7.org, read 2026-11-28). Other systems number theirs below all of these. */
const KNOWN: Readonly<Record<number, FileSystem>> = {
  0x6969: { name: 'NFS', kind: 'shared' },
  0x517b: { name: 'SMB', kind: 'shared' },
  0xfe534d42: { name: 'SMB', kind: 'shared' },
  0xff534d42: { name: 'CIFS', kind: 'shared' },
  0x794c7630: { name: 'an overlay', kind: 'fleeting' },
  0x1021994: { name: 'tmpfs', kind: 'fleeting' },
};

/** @param type as `statfs` gives it; undefined: nothing speaks against it */
export const fileSystemOf = (type: number): FileSystem | undefined => KNOWN[type];
