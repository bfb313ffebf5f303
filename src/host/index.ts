export { createHost, type Host } from './host.ts'
