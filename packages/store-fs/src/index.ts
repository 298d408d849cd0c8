export { FilesystemStore, type FilesystemStoreOptions, openStore } from './filesystem-store.ts'
