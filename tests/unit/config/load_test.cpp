#include "server/config/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <fstream>

#include "server/config/database_url.hpp"
#include "server/config/keys.hpp"
#include "tests/support/temporary_directory.hpp"

namespace callout::config {
namespace {

using ::testing::HasSubstr;

class ConfigFile : public ::testing::Test {
protected:
    std::filesystem::path write(const std::string& text) const {
        const auto path = directory.path() / "callout.toml";
        std::ofstream{path} << text;
        return path;
    }

    tl::expected<Loaded, std::vector<Mistake>> load_text(const std::string& text) const {
        return load({.file = write(text), .environment = {}, .settings = {}});
    }

    // The one mistake of a file that has one.
    Mistake mistake_in(const std::string& text) const {
        const auto loaded = load_text(text);
        if (loaded || loaded.error().size() != 1) {
            ADD_FAILURE() << "not one mistake in " << text;
            return {};
        }
        return loaded.error().front();
    }

    test::TemporaryDirectory directory;
};

TEST_F(ConfigFile, OverridesDefaultsIsOverriddenByTheEnvironmentAndThatByFlags) {
    const auto loaded = load({.file = write("data_directory = \"/srv/callout\"\n[http]\nport = 81\nthreads = 3\n"
                                            "trusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n[log]\njson = true\n"),
                              .environment = {{"CALLOUT_HTTP_PORT", "82"},
                                              {"CALLOUT_LOG_LEVEL", "debug"},
                                              {"CALLOUT_CONFIG", "elsewhere"},
                                              {"PATH", "/bin"}},
                              .settings = {"http.port=83", "http.public_origin=https://a.cn,https://b.cn"}});
    ASSERT_TRUE(loaded) << loaded.error().front().text();
    EXPECT_EQ(loaded->config.data_directory, "/srv/callout");
    EXPECT_EQ(loaded->config.http.port, 83);
    EXPECT_EQ(loaded->config.http.threads, 3);
    EXPECT_EQ(loaded->config.http.trusted_proxies, (std::vector<std::string>{"10.0.0.0/8", "::1"}));
    EXPECT_EQ(loaded->config.http.public_origin, (std::vector<std::string>{"https://a.cn", "https://b.cn"}));
    EXPECT_TRUE(loaded->config.log.json);
    EXPECT_EQ(loaded->config.log.level, "debug");
    EXPECT_EQ(loaded->origins.find("http.port")->second, "--set");
    EXPECT_EQ(loaded->origins.find("http.threads")->second, "callout.toml:4");
    EXPECT_EQ(loaded->origins.find("log.level")->second, "CALLOUT_LOG_LEVEL");
    EXPECT_EQ(loaded->origins.find("http.address")->second, "default");
}

TEST_F(ConfigFile, WithAnUnknownKeyIsRefusedNamingTheNearest) {
    EXPECT_EQ(mistake_in("[http]\nprot = 80\n").text(),
              "callout.toml:2: http.prot: there is no such key; the nearest is http.port");
    EXPECT_EQ(mistake_in("[htpp]\nport = 80\n").text(),
              "callout.toml:2: htpp.port: there is no such key; the nearest is http.port");
    EXPECT_THAT(mistake_in("port = 80\n").text(), HasSubstr("the nearest is http.port"));
    EXPECT_THAT(mistake_in("[database]\nconections = 8\n").text(), HasSubstr("database.connections"));
    EXPECT_THAT(mistake_in("[server]\nport = 80\n").text(), HasSubstr("the nearest is http.port"));
    EXPECT_THAT(mistake_in("[http]\ntls_cert = \"a\"\n").text(), HasSubstr("the nearest is http.tls_certificate"));
    EXPECT_THAT(mistake_in("data = \"a\"\n").text(), HasSubstr("the nearest is data_directory"));
    EXPECT_THAT(mistake_in("databse = \"a\"\n").text(), HasSubstr("the nearest is database."));
    EXPECT_THAT(mistake_in("xyzzy = 1\n").text(), HasSubstr("the nearest is ")) << "however far it is";
}

TEST_F(ConfigFile, WithTheWrongTypeIsRefusedNamingKeyAndLine) {
    EXPECT_EQ(mistake_in("[http]\n\nport = \"80\"\n").text(),
              "callout.toml:3: http.port: must be a number, not a text in quotes");
    EXPECT_THAT(mistake_in("[log]\njson = 1\n").text(), HasSubstr("log.json: must be a true or false, not a number"));
    EXPECT_THAT(mistake_in("[http]\ntrusted_proxies = \"::1\"\n").text(), HasSubstr("must be a list of texts"));
    EXPECT_EQ(mistake_in("[http]\ntrusted_proxies = [\"::1\", 5]\n").code, "wrong_type");
    EXPECT_EQ(mistake_in("http = 5\n").code, "unknown_key");
}

TEST_F(ConfigFile, OutOfRangeIsRefusedNamingTheRange) {
    EXPECT_EQ(mistake_in("[http]\nport = 65536\n").text(),
              "callout.toml:2: http.port: must be from 0 to 65535, not 65536");
    EXPECT_EQ(mistake_in("[http]\nport = 99999999999\n").code, "out_of_range");
    EXPECT_EQ(mistake_in("[dispatch]\ncallback_attempts = 0\n").code, "out_of_range");
}

TEST_F(ConfigFile, WithATextThatIsNotAllowedIsRefused) {
    EXPECT_THAT(mistake_in("[log]\nlevel = \"loud\"\n").text(), HasSubstr("\"loud\" is none of trace, debug, info"));
    EXPECT_EQ(mistake_in("[http]\naddress = \"localhost\"\n").code, "not_allowed");
    EXPECT_EQ(mistake_in("[http]\ntrusted_proxies = [\"10.0.0.0/33\"]\n").code, "not_allowed");
    EXPECT_EQ(mistake_in("[http]\npublic_origin = [\"https://desk.cn/\"]\n").code, "not_allowed");
    EXPECT_EQ(mistake_in("[region]\ntimezone = \"Asia/Beijin\"\n").code, "not_allowed");
    EXPECT_EQ(mistake_in("[region]\nphone = \"cn\"\n").code, "not_allowed");
    EXPECT_EQ(mistake_in("[telephony]\ntoken = \"short\"\n").code, "not_allowed");
    EXPECT_EQ(mistake_in("[http]\nweb_root = \"/no/such/place\"\n").code, "not_allowed");
    EXPECT_EQ(mistake_in("data_directory = \"\"\n").code, "not_allowed");
}

TEST_F(ConfigFile, NeverRepeatsASecretInAMessage) {
    EXPECT_THAT(mistake_in("[database]\nurl = \"mysql://desk:geheim@/callout\"\n").text(),
                ::testing::Not(HasSubstr("geheim")));
    EXPECT_THAT(mistake_in("[telephony]\ntoken = \"geheim\"\n").text(), ::testing::Not(HasSubstr("geheim")));
}

TEST_F(ConfigFile, ThatIsNoTomlIsRefusedNamingThePlace) {
    const auto mistake = mistake_in("[http]\nport = = 5\n");
    EXPECT_EQ(mistake.code, "not_toml");
    EXPECT_THAT(mistake.origin, HasSubstr("callout.toml:2:"));
}

TEST_F(ConfigFile, ThatIsMissingIsRefused) {
    const auto loaded = load({.file = directory.path() / "none.toml", .environment = {}, .settings = {}});
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().front().code, "unreadable_file");
}

TEST_F(ConfigFile, ThatIsADirectoryIsRefused) {
    const auto loaded = load({.file = directory.path(), .environment = {}, .settings = {}});
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().front().code, "unreadable_file");
}

TEST_F(ConfigFile, IsNotSaidToContradictAValueThatWasNotRead) {
    const auto key = write("").string();
    const auto loaded = load({.file = write("[http]\ntls_certificate = \"/none.pem\"\ntls_key = \"" + key + "\"\n"),
                              .environment = {},
                              .settings = {}});
    ASSERT_FALSE(loaded);
    ASSERT_EQ(loaded.error().size(), 1u);
    EXPECT_EQ(loaded.error().front().key, "http.tls_certificate");
}

TEST_F(ConfigFile, ThatContradictsItselfIsRefused) {
    const auto file = write("").string();
    EXPECT_EQ(mistake_in("[http]\ntls_key = \"" + file + "\"\n").code, "contradiction");
    EXPECT_EQ(mistake_in("[dispatch]\nfailures_to_headquarters = 1\n").code, "contradiction");
}

TEST_F(ConfigFile, TellsEveryMistakeAtOnce) {
    const auto loaded = load({.file = write("[http]\nport = -1\nprot = 2\n[log]\nlevel = 3\n"),
                              .environment = {{"CALLOUT_HTTP_THREADS", "many"}, {"CALLOUT_HTTP_TREADS", "1"}},
                              .settings = {"log.json=perhaps", "nonsense", "database.conections=3"}});
    ASSERT_FALSE(loaded);
    std::vector<std::string> codes;
    for (const auto& mistake : loaded.error()) codes.push_back(mistake.code);
    EXPECT_THAT(codes, ::testing::UnorderedElementsAre("out_of_range", "unknown_key", "wrong_type", "wrong_type",
                                                       "unknown_key", "wrong_type", "wrong_type", "unknown_key"));
}

TEST(Environment, WithAnUnknownVariableIsRefusedNamingTheNearest) {
    const auto loaded = load({.file = {}, .environment = {{"CALLOUT_HTTP_PROT", "1"}}, .settings = {}});
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error().front().text(), HasSubstr("the nearest is CALLOUT_HTTP_PORT"));
}

TEST(Keys, OfTheDefaultsAreAllWithinTheirOwnBounds) {
    for (const auto& key : keys()) {
        Config defaults;
        const Place place = key.place(defaults);
        if (auto* const* number = std::get_if<int*>(&place)) {
            EXPECT_GE(**number, key.minimum) << key.name;
            EXPECT_LE(**number, key.maximum) << key.name;
        }
        if (auto* const* text = std::get_if<std::string*>(&place); text != nullptr && key.complaint != nullptr) {
            EXPECT_EQ(key.complaint(**text), "") << key.name;
        }
    }
}

TEST(Keys, ThatAreSecretAreMasked) {
    Config config;
    config.database.url = "mysql://desk:geheim@db.example.cn:3307/callout?tls_verify=false";
    config.telephony.token = "0123456789abcdef";
    EXPECT_EQ(masked_text(*find_key("database.url"), config),
              "\"mysql://desk:***@db.example.cn:3307/callout?tls_verify=false\"");
    EXPECT_EQ(masked_text(*find_key("telephony.token"), config), "\"***\"");
    EXPECT_EQ(masked_text(*find_key("telephony.token"), Config{}), "\"\"");
}

// What the server is made of, but for the configuration itself.
std::string sources_that_may_read_keys() {
    std::string text;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{SOURCE_DIR "/server"}) {
        const auto& path = entry.path();
        if (path.extension() != ".cpp" && path.extension() != ".hpp") continue;
        if (path.parent_path().filename() == "config") continue;
        std::ifstream file{path};
        text.append(std::istreambuf_iterator<char>{file}, {});
    }
    return text;
}

bool reads_member(std::string_view sources, std::string_view member) {
    const auto access = "." + std::string{member};
    for (auto at = sources.find(access); at != sources.npos; at = sources.find(access, at + 1)) {
        const char next = sources[at + access.size()];
        if (next != '_' && std::isalnum(static_cast<unsigned char>(next)) == 0) return true;
    }
    return false;
}

// A key that changes nothing is a promise nobody keeps.
TEST(Keys, AreAllReadBySomebody) {
    const auto sources = sources_that_may_read_keys();
    for (const auto& key : keys())
        EXPECT_TRUE(reads_member(sources, key.name.substr(key.name.rfind('.') + 1))) << key.name;
}

TEST(Keys, AreAllInTheOperationsManual) {
    std::ifstream file{SOURCE_DIR "/docs/operations.md"};
    const std::string manual{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_THAT(manual, HasSubstr(reference())) << "put the output of `callout config reference` there";
}

TEST(DatabaseUrl, SaysWhereAndWhoAndHow) {
    const auto tcp = parse_database_url("mysql://desk:p%40ss@db.example.cn:3307/callout?tls_verify=false");
    ASSERT_TRUE(tcp) << tcp.error();
    EXPECT_EQ(tcp->host, "db.example.cn");
    EXPECT_EQ(tcp->port, 3307);
    EXPECT_EQ(tcp->user, "desk");
    EXPECT_EQ(tcp->password, "p@ss");
    EXPECT_EQ(tcp->schema, "callout");
    EXPECT_FALSE(tcp->tls);
    const auto socket = parse_database_url("mariadb://desk@localhost/callout?socket=/run/mysqld/mysqld.sock");
    ASSERT_TRUE(socket) << socket.error();
    EXPECT_EQ(socket->unix_socket, "/run/mysqld/mysqld.sock");
}

TEST(DatabaseUrl, ThatIsWrongIsRefusedWithTheReason) {
    for (const auto* wrong : {"", "db.example.cn", "postgres://u@h/s", "mysql://u@h", "mysql://u@h/", "mysql://u@h/a/b",
                              "mysql://h/s", "mysql://u@h:0/s", "mysql://u@h:99999/s", "mysql://u@h/s?ssl=1",
                              "mysql://u@h/s?tls_ca=/no/such/file", "mysql://u@h/s?tls_verify=maybe", "mysql://u@/s"})
        EXPECT_FALSE(parse_database_url(wrong)) << wrong;
}

}  // namespace
}  // namespace callout::config
