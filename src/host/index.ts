export { createHost, type Host, type HostDeps } from './host.ts'
