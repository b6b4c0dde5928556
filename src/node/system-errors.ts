/** What the system refused, in words: a full disk, a folder that may not be written. */

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the quota is used up",
  EACCES: "it is not allowed",
  EPERM: "it is not allowed",
  EROFS: "it is on a disk that is read-only",
  ENOENT: "there is no such place",
  ENOTDIR: "something on the way to it is a file",
  EISDIR: "it is a folder",
  ENAMETOOLONG: "its name is too long",
  EMFILE: "too many files are open",
  EIO: "the disk has a fault",
};

/** Why, with the system's own word: "the disk is full (ENOSPC)". Null for errors that are not the system's. */
export function systemReason(error: unknown): string | null {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error) || typeof error.code !== "string") return null;
  return `${REASONS[error.code] ?? "the system refuses it"} (${error.code})`;
}
