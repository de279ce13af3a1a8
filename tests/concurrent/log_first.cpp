// libspdlog makes its registry when it is first asked for. That is safe, but done inside a library that ThreadSanitizer
// did not compile and therefore not seen by it: it is asked for while there is one thread, as the program does it.
#include <spdlog/spdlog.h>

namespace {

[[maybe_unused]] const auto first_asked_for = spdlog::default_logger();

}  // namespace
