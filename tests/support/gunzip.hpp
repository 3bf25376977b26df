#pragma once

#include <zlib.h>

#include <stdexcept>
#include <string>

namespace ousage::test {

/// Decompresses one complete gzip member of at most 4 MiB; throws if the input is not one.
inline std::string gunzip(std::string const& bytes) {
    auto stream = z_stream{};
    auto text = std::string(4 << 20, '\0');
    // Adding 16 to the window bits selects the gzip format (zlib.h, inflateInit2).
    ::inflateInit2(&stream, 15 + 16);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    auto const code = ::inflate(&stream, Z_FINISH);
    text.resize(stream.total_out);
    ::inflateEnd(&stream);
    if (code != Z_STREAM_END) {
        throw std::runtime_error("no gzip");
    }
    return text;
}

} // namespace ousage::test
