/** `shared`: other computers use the file system too. `fleeting`: it ends with the container or the next boot. */
export interface FileSystem {
  readonly name: string;
  readonly kind: 'fleeting' | 'shared';
}

/** By `f_type` of Linux's statfs(2) (man7.org, read 2026-11-28). Other systems use lower numbers. */
const KNOWN: Readonly<Record<number, FileSystem>> = {
  0x6969: { name: 'NFS', kind: 'shared' },
  0x517b: { name: 'SMB', kind: 'shared' },
  0xfe534d42: { name: 'SMB', kind: 'shared' },
  0xff534d42: { name: 'CIFS', kind: 'shared' },
  0x794c7630: { name: 'an overlay', kind: 'fleeting' },
  0x1021994: { name: 'tmpfs', kind: 'fleeting' },
};

/** @param type from `statfs` @returns undefined for a suitable or unknown file system */
export const fileSystemOf = (type: number): FileSystem | undefined => KNOWN[type];
