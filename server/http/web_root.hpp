// Where the built web pages lie, when nobody says.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace callout::http {

// The configured directory; without one, the first that has an index.html of: share/callout/web beside the program's
// bin/, web/dist beside or up to three levels above the program (a source tree), and web/dist of the working directory.
// Nothing when there are no pages.
std::optional<std::filesystem::path> find_web_root(const std::string& configured);

}  // namespace callout::http
