#include "server/http/static_files.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/integration/http/raw_client.hpp"
#include "tests/integration/http/running_server.hpp"
#include "tests/support/temporary_directory.hpp"

namespace callout::http::test {
namespace {

namespace fs = std::filesystem;
using callout::test::TemporaryDirectory;

class Pages : public testing::Test {
protected:
    Pages() {
        write("web/index.html", "<p>console");
        write("web/phone.html", "<p>phone");
        write("web/assets/app-1a2b.js", "let plain");
        write("web/assets/app-1a2b.js.br", "brotli");
        write("web/assets/app-1a2b.js.gz", "gzip");
        write("web/.secret", "hidden");
        write("outside.txt", "not for you");
        fs::create_symlink(directory_.path() / "outside.txt", directory_.path() / "web/link.txt");
        StaticFiles files{directory_.path() / "web"};
        files.add("/api/openapi.yaml", "application/yaml", "openapi: 3.1.0");
        files.add_alias("/api/docs", "/phone.html");
        running_.emplace(ServerOptions{}, std::move(files));
    }

    RawResponse get(std::string_view path, std::string_view headers = "") {
        RawClient client{running_->port()};
        auto answer =
            client.ask("GET " + std::string{path} + " HTTP/1.1\r\nHost: desk\r\n" + std::string{headers} + "\r\n");
        return answer.value_or(RawResponse{});
    }

    void write(const fs::path& name, std::string_view content) {
        const auto path = directory_.path() / name;
        fs::create_directories(path.parent_path());
        std::ofstream{path} << content;
    }

    TemporaryDirectory directory_;
    std::optional<RunningServer> running_;
};

TEST_F(Pages, AreAlwaysAskedForAnewWhileHashedAssetsStayForever) {
    const auto page = get("/");
    EXPECT_EQ(page.body, "<p>console");
    EXPECT_EQ(page.header("content-type"), "text/html; charset=utf-8");
    EXPECT_EQ(page.header("cache-control"), "no-cache");
    EXPECT_NE(page.header("content-security-policy").find("default-src 'self'"), std::string::npos);
    EXPECT_EQ(page.header("x-frame-options"), "DENY");
    EXPECT_NE(get("/assets/app-1a2b.js").header("cache-control").find("immutable"), std::string::npos);
}

TEST_F(Pages, ComePrecompressedForWhoTakesIt) {
    EXPECT_EQ(get("/assets/app-1a2b.js").body, "let plain");
    const auto brotli = get("/assets/app-1a2b.js", "Accept-Encoding: gzip, deflate, br\r\n");
    EXPECT_EQ(brotli.body, "brotli");
    EXPECT_EQ(brotli.header("content-encoding"), "br");
    EXPECT_EQ(brotli.header("content-type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(brotli.header("vary"), "Accept-Encoding");
    EXPECT_EQ(get("/assets/app-1a2b.js", "Accept-Encoding: br;q=0, *\r\n").body, "gzip");
    EXPECT_EQ(get("/assets/app-1a2b.js", "Accept-Encoding: identity\r\n").body, "let plain");
}

TEST_F(Pages, AreNotSentAgainToWhoHasThem) {
    const auto etag = get("/").header("etag");
    ASSERT_GT(etag.size(), 10U);
    for (const auto& tags : {etag, "\"other\", W/" + etag, std::string{"*"}}) {
        const auto unchanged = get("/", "If-None-Match: " + tags + "\r\n");
        EXPECT_EQ(unchanged.status, 304) << tags;
        EXPECT_EQ(unchanged.header("etag"), etag);
        EXPECT_EQ(unchanged.body, "");
    }
    EXPECT_EQ(get("/", "If-None-Match: \"other\"\r\n").status, 200);
    EXPECT_NE(get("/assets/app-1a2b.js", "Accept-Encoding: br\r\n").header("etag"),
              get("/assets/app-1a2b.js").header("etag"))
        << "each representation has its own";
}

TEST_F(Pages, OfTheConsoleAreAllIndexAndThePhoneHasItsOwn) {
    EXPECT_EQ(get("/tickets/17").body, "<p>console");
    EXPECT_EQ(get("/phone").body, "<p>phone");
    EXPECT_EQ(get("/api/docs").body, "<p>phone");
    EXPECT_EQ(get("/api/openapi.yaml").body, "openapi: 3.1.0");
    EXPECT_EQ(get("/assets/gone-3c4d.js").status, 404) << "an old page must not get HTML for a script";
    EXPECT_EQ(get("/api/echo").json_text("path"), "/api/echo");
}

TEST_F(Pages, AreTheOnlyFilesThatCanBeHad) {
    for (const auto* path : {"/.secret", "/link.txt", "/outside.txt", "//outside.txt", "/assets/app-1a2b.js.br"})
        EXPECT_EQ(get(path).status, 404) << path;
    for (const auto* path : {"/../outside.txt", "/assets/../../outside.txt", "/%2e%2e/outside.txt", "/..%2foutside.txt",
                             "/assets/..%5c..%5coutside.txt"})
        EXPECT_EQ(get(path).status, 400) << path;
}

TEST_F(Pages, TakeOnlyReadingMethods) {
    RawClient client{running_->port()};
    const auto refused = client.ask("POST / HTTP/1.1\r\nHost: desk\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(refused->status, 405);
    EXPECT_EQ(refused->header("allow"), "GET, HEAD, OPTIONS");
    const auto options = client.ask("OPTIONS /phone HTTP/1.1\r\nHost: desk\r\n\r\n");
    EXPECT_EQ(options->status, 204);
    EXPECT_EQ(options->header("allow"), "GET, HEAD, OPTIONS");
}

TEST_F(Pages, ThatAreNotBuiltAreNotFound) {
    RunningServer bare;
    EXPECT_EQ(RawClient{bare.port()}.ask("GET / HTTP/1.1\r\nHost: desk\r\n\r\n")->status, 404);
    EXPECT_THROW(StaticFiles{directory_.path() / "nowhere"}, fs::filesystem_error);
}

}  // namespace
}  // namespace callout::http::test
