//! Flat AArch64 images, run as Linux programs: the smallest ELF file around the bytes.

const PAGE: u64 = 4096;

/// An ELF executable that loads `image` at `load` (readable, writable and executable) and starts at
/// `entry`.
///
/// # Errors
/// What is wrong with the addresses.
pub(crate) fn wrap(image: &[u8], load: u64, entry: u64) -> Result<Vec<u8>, String> {
    if image.is_empty() {
        return Err("the image is empty".into());
    }
    let end = load.checked_add(image.len() as u64).filter(|end| *end <= 1 << 47);
    let end = end.ok_or("--load: the image does not fit below address 0x800000000000")?;
    if load < PAGE {
        return Err(format!("--load: the lowest address that can be mapped is {PAGE:#x}"));
    }
    if !load.is_multiple_of(4) {
        return Err("--load: instructions need an address that is a multiple of 4".into());
    }
    if !(load..end).contains(&entry) || !entry.is_multiple_of(4) {
        return Err(format!("--entry: expected a multiple of 4 from {load:#x} to {end:#x}"));
    }
    // The file offset must equal the address modulo the page size.
    let offset = PAGE + load % PAGE;
    let mut out = Vec::with_capacity(offset as usize + image.len());
    out.extend(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0");
    out.extend([2_u16, 183].iter().flat_map(|v| v.to_le_bytes()));
    out.extend(1_u32.to_le_bytes());
    out.extend([entry, 64, 0].iter().flat_map(|v| v.to_le_bytes()));
    out.extend(0_u32.to_le_bytes());
    out.extend([64_u16, 56, 1, 64, 0, 0].iter().flat_map(|v| v.to_le_bytes()));
    out.extend([1_u32, 7].iter().flat_map(|v| v.to_le_bytes()));
    let size = image.len() as u64;
    out.extend([offset, load, load, size, size, PAGE].iter().flat_map(|v| v.to_le_bytes()));
    out.resize(offset as usize, 0);
    out.extend(image);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_images_parse() {
        let elf = wrap(&[0x1f, 0x20, 0x03, 0xd5], 0x1_0010, 0x1_0010).unwrap();
        let parsed = ncpu_elf::Elf::parse(elf.as_slice()).unwrap();
        assert_eq!(parsed.entry, 0x1_0010);
        assert!(wrap(&[0], 0, 0).is_err());
        assert!(wrap(&[0; 8], 0x1000, 0x1008).is_err());
    }
}
