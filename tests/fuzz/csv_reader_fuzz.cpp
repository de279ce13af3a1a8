// Whatever the bytes and however they are cut: the reader stays within its bounds, numbers its rows without a gap, and
// a row without a fault has the fields of its text.
#include <cstdint>
#include <cstdlib>

#include "server/import/csv_reader.hpp"
#include "server/import/text_encoding.hpp"

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace callout::import;
    if (size < 2) return 0;
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    const std::size_t chunk = 1 + data[0] % 64;
    const CsvLimits limits{.max_field_bytes = 64, .max_row_bytes = 128, .max_columns = 16};
    std::uint64_t rows = 0;
    CsvReader reader{[&](CsvRow row) {
                         require(row.number == ++rows);
                         require(row.raw.size() <= limits.max_row_bytes);
                         require(row.fields.size() <= limits.max_columns);
                         require(row.fault.has_value() || !row.fields.empty());
                         for (const auto& field : row.fields) require(field.size() <= limits.max_field_bytes);
                     },
                     limits};
    ToUtf8 to_utf8{data[0] % 2 == 0 ? Encoding::utf8 : Encoding::gb18030};
    for (std::size_t at = 0; at < bytes.size(); at += chunk) reader.feed(to_utf8.take(bytes.substr(at, chunk)));
    reader.feed(to_utf8.finish());
    reader.finish();
    return 0;
}
