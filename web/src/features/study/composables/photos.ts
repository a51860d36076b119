/** What the camera of some phones writes; browsers cannot show it and the server does not take it. */
const HEIC_SENTENCE =
  '这是 HEIC 格式的照片，系统不能接收。请在手机“设置—相机—格式”中选“兼容性最佳”后重拍，或在手机上用“拷贝并另存为 JPEG”后再上传。'

/** Why a file cannot be a photo, or an empty text. Looks at the content, not only at the name. */
export async function photoFault(file: File): Promise<string> {
  const head = new Uint8Array(await file.slice(0, 16).arrayBuffer())
  const brand = String.fromCharCode(...head.slice(4, 12))
  if (/^ftyp(heic|heix|hevc|mif1|msf1|heim|heis)/.test(brand) || /\.(heic|heif)$/i.test(file.name)) return HEIC_SENTENCE
  const jpeg = head[0] === 0xff && head[1] === 0xd8
  const png = head[0] === 0x89 && head[1] === 0x50 && head[2] === 0x4e && head[3] === 0x47
  if (!jpeg && !png) return `“${file.name}”不是 JPEG 或 PNG 照片，请换一张。`
  if (file.size > 10 * 1024 * 1024) return `“${file.name}”超过 10 MB，请在手机上缩小后再传。`
  return ''
}
