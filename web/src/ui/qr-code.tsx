import { Box } from '@mantine/core'

/** A code that the node drew. Black on white by light and by dark: cameras read nothing else well. */
export const QrCode = ({ svg, alt }: { readonly svg: string; readonly alt: string }) => (
  <Box bg="white" p="xs" maw={320} mx="auto" w="100%">
    <img src={`data:image/svg+xml,${encodeURIComponent(svg)}`} alt={alt} width="100%" />
  </Box>
)
