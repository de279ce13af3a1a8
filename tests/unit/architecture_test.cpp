#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Rule {
    std::string_view folder;
    std::string_view forbidden;  // a regular expression for what stands between the brackets of an include
    std::string_view why;
};

// Dependencies point one way: dispatch <- notifications <- server.
constexpr auto rules = std::to_array<Rule>({
    {"dispatch", "(notifications|server)/.*", "the domain knows nothing of who uses it"},
    {"dispatch", "(boost/|cppconn/|mysql|sodium|spdlog|sys/|curl|thread|mutex|chrono_io).*", "the domain does no I/O"},
    {"notifications", "server/.*", "notifications are used by the server, not the other way round"},
    {"notifications", "(boost/asio|boost/beast|cppconn/|mysql).*", "notifications know no sockets and no SQL"},
    {"server/api", "(boost/beast|cppconn/|mysql).*", "handlers see neither sockets nor the driver"},
    {"server/storage", "server/(http|ws|api|cli|auth/authenticator).*", "storage knows nothing of who asks it"},
});

std::vector<std::string> includes_of(const fs::path& file) {
    static const std::regex include{R"rx(^\s*#\s*include\s*[<"]([^>"]+)[>"])rx"};
    std::vector<std::string> found;
    std::ifstream in{file};
    for (std::string line; std::getline(in, line);)
        if (std::smatch match; std::regex_search(line, match, include)) found.push_back(match[1]);
    return found;
}

std::vector<fs::path> sources_below(const fs::path& folder) {
    std::vector<fs::path> files;
    if (!fs::exists(folder)) return files;
    for (const auto& entry : fs::recursive_directory_iterator{folder})
        if (entry.path().extension() == ".hpp" || entry.path().extension() == ".cpp") files.push_back(entry.path());
    return files;
}

TEST(Architecture, HasDependenciesThatPointOneWay) {
    const fs::path root = SOURCE_DIR;
    std::size_t seen = 0;
    for (const auto& rule : rules) {
        const std::regex forbidden{std::string{rule.forbidden}};
        for (const auto& file : sources_below(root / rule.folder))
            for (const auto& include : includes_of(file)) {
                ++seen;
                EXPECT_FALSE(std::regex_match(include, forbidden))
                    << fs::relative(file, root) << " includes " << include << ": " << rule.why;
            }
    }
    EXPECT_GT(seen, 100u) << "the scan found no sources";
}

// SQL stands in server/storage and nowhere else.
TEST(Architecture, HasSqlInOnePlace) {
    const fs::path root = SOURCE_DIR;
    static const std::regex sql{R"rx("\s*(SELECT |INSERT INTO|UPDATE [a-z_]+ SET|DELETE FROM|REPLACE INTO))rx"};
    for (const auto* folder : {"dispatch", "notifications", "server"})
        for (const auto& file : sources_below(root / folder)) {
            const auto name = fs::relative(file, root).string();
            if (name.starts_with("server/storage/")) continue;
            std::ifstream in{file};
            std::string line;
            for (int number = 1; std::getline(in, line); ++number)
                EXPECT_FALSE(std::regex_search(line, sql)) << name << ":" << number << ": " << line;
        }
}

}  // namespace
