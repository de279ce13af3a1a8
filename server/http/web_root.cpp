#include "server/http/web_root.hpp"

#include <vector>

namespace callout::http {

std::optional<std::filesystem::path> find_web_root(const std::string& configured) {
    namespace fs = std::filesystem;
    std::vector<fs::path> candidates;
    std::error_code error;
    if (!configured.empty()) {
        candidates.emplace_back(configured);
    } else {
        auto folder = fs::read_symlink("/proc/self/exe", error).parent_path();
        candidates.push_back(folder.parent_path() / "share/callout/web");
        for (int level = 0; level < 4; ++level, folder = folder.parent_path())
            candidates.push_back(folder / "web/dist");
        candidates.emplace_back("web/dist");
    }
    for (const auto& candidate : candidates)
        if (fs::is_regular_file(candidate / "index.html", error)) return fs::absolute(candidate, error);
    return std::nullopt;
}

}  // namespace callout::http
