/** The server's own sentences (a test holds them against its source), said before the file has gone over a slow network. */
export const HEIC_SENTENCE =
  '这是苹果手机的HEIC格式，请在手机“设置－相机－格式”中选“兼容性最佳”后重拍，或用微信以原图发给自己后另存为JPEG再上传。'
export const TYPE_SENTENCE = '只收JPEG或PNG格式的照片，请转换后再上传。'

/** Why a file cannot be a photo, or an empty text. Looks at the content, not only at the name. How large it may be is the server's rule. */
export async function photoFault(file: File): Promise<string> {
  const head = new Uint8Array(await file.slice(0, 16).arrayBuffer())
  const brand = String.fromCharCode(...head.slice(4, 12))
  if (/^ftyp(heic|heix|hevc|heim|heis|mif1|msf1|avif)/.test(brand) || /\.(heic|heif)$/i.test(file.name)) return HEIC_SENTENCE
  const jpeg = head[0] === 0xff && head[1] === 0xd8
  const png = head[0] === 0x89 && head[1] === 0x50 && head[2] === 0x4e && head[3] === 0x47
  return jpeg || png ? '' : TYPE_SENTENCE
}
