#include "example/exporter/gzip.hpp"

#include <zlib.h>

#include <stdexcept>

namespace ousage::program {

std::string gzip(std::string_view text, int level) {
    auto stream = z_stream{};
    // 16 added to the largest window selects gzip (zlib.h, deflateInit2).
    if (::deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::runtime_error("zlib: out of memory");
    }
    auto out = std::string(::deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    ::deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    ::deflateEnd(&stream);
    return out;
}

} // namespace ousage::program
