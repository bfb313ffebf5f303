/** The part of the Shape Detection API that browsers have which have it. */
interface Detector {
  detect(image: ImageBitmap): Promise<readonly { readonly rawValue: string }[]>
}
type DetectorClass = new (options: { formats: readonly string[] }) => Detector

/** What a picture of a QR code says, read by the browser itself: the picture goes nowhere. */
export async function readQrCode(
  picture: Blob,
): Promise<{ readonly text: string } | { readonly why: 'no_code' | 'no_reader' }> {
  const { BarcodeDetector } = window as { BarcodeDetector?: DetectorClass }
  if (!BarcodeDetector) return { why: 'no_reader' }
  try {
    const image = await createImageBitmap(picture)
    const [found] = await new BarcodeDetector({ formats: ['qr_code'] }).detect(image)
    return found ? { text: found.rawValue } : { why: 'no_code' }
  } catch {
    return { why: 'no_code' }
  }
}
