export { type NodeAbout, readNodeFile, writeNodeFile } from './node-file.ts'
export { type NodeFileHeader, type NodeFileKey, openStream, readHeader, sealStream } from './sealed-stream.ts'
