#include "server/http/static_files.hpp"

#include <sodium.h>

#include <array>
#include <fstream>
#include <iterator>
#include <system_error>

#include "server/http/compression.hpp"

namespace callout::http {
namespace {

namespace fs = std::filesystem;

std::string_view content_type_of(const fs::path& file) {
    static const std::map<std::string, std::string_view, std::less<>> types{
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".json", "application/json"},
        {".map", "application/json"},
        {".webmanifest", "application/manifest+json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".webp", "image/webp"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".woff", "font/woff"},
        {".ttf", "font/ttf"},
        {".wasm", "application/wasm"},
        {".mp3", "audio/mpeg"},
        {".txt", "text/plain; charset=utf-8"},
        {".yaml", "application/yaml"},
    };
    const auto found = types.find(file.extension().string());
    return found == types.end() ? std::string_view{"application/octet-stream"} : found->second;
}

std::string read(const fs::path& file) {
    std::ifstream input{file, std::ios::binary};
    std::string content{std::istreambuf_iterator<char>{input}, {}};
    if (!input) throw fs::filesystem_error("cannot read", file, std::make_error_code(std::errc::io_error));
    return content;
}

std::string etag_of(std::string_view content) {
    std::array<unsigned char, 16> hash{};
    crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(content.data()), content.size(),
                       nullptr, 0);
    std::array<char, 2 * hash.size() + 1> hex{};
    sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
    return '"' + std::string{hex.data()} + '"';
}

bool is_hidden(const fs::path& relative) {
    for (const auto& part : relative)
        if (part.string().starts_with('.')) return true;
    return false;
}

// Pages of the console have addresses too, which are no files; what ends in ".js" or lies below /api is just not there.
bool is_place_in_console(std::string_view path) {
    return !path.starts_with("/api/") && path.substr(path.rfind('/') + 1).find('.') == std::string_view::npos;
}

// RFC 9110 §13.1.2: a list of tags or "*", compared weakly.
bool matches_etag(std::string_view if_none_match, std::string_view etag) {
    return if_none_match == "*" || (!if_none_match.empty() && if_none_match.find(etag) != std::string_view::npos);
}

}  // namespace

StaticFiles::StaticFiles(const fs::path& folder) {
    const auto representation = [](const fs::path& path) {
        Representation one;
        if (!fs::is_regular_file(fs::symlink_status(path))) return one;
        one.content = std::make_shared<const std::string>(read(path));
        one.etag = etag_of(*one.content);
        return one;
    };
    for (const auto& entry : fs::recursive_directory_iterator{folder}) {
        const auto relative = entry.path().lexically_relative(folder);
        const auto extension = entry.path().extension();
        if (entry.is_symlink() || !entry.is_regular_file() || is_hidden(relative)) continue;
        if ((extension == ".br" || extension == ".gz") && fs::exists(fs::path{entry.path()}.replace_extension()))
            continue;
        File file;
        file.content_type = content_type_of(entry.path());
        file.immutable = relative.begin()->string() == "assets";
        file.plain = representation(entry.path());
        file.brotli = representation(entry.path().string() + ".br");
        file.gzip = representation(entry.path().string() + ".gz");
        files_['/' + relative.generic_string()] = std::make_shared<const File>(std::move(file));
    }
}

void StaticFiles::add(const std::string& path, std::string_view content_type, std::string content) {
    File file;
    file.content_type = content_type;
    if (auto compressed = http::gzip(content)) {
        file.gzip.content = std::make_shared<const std::string>(std::move(*compressed));
        file.gzip.etag = etag_of(*file.gzip.content);
    }
    file.plain.content = std::make_shared<const std::string>(std::move(content));
    file.plain.etag = etag_of(*file.plain.content);
    files_[path] = std::make_shared<const File>(std::move(file));
}

void StaticFiles::add_alias(const std::string& path, const std::string& file) {
    if (const auto found = files_.find(file); found != files_.end()) files_[path] = found->second;
}

const StaticFiles::File* StaticFiles::find(std::string_view path) const {
    if (path == "/") path = "/index.html";
    auto found = files_.find(path);
    if (found == files_.end()) found = files_.find(std::string{path} + ".html");
    return found == files_.end() ? nullptr : found->second.get();
}

const StaticFiles::Representation& StaticFiles::choose(const File& file, std::string_view accept_encoding,
                                                       std::string_view& coding) {
    if (file.brotli.content && accepts_coding(accept_encoding, "br")) return coding = "br", file.brotli;
    if (file.gzip.content && accepts_coding(accept_encoding, "gzip")) return coding = "gzip", file.gzip;
    return file.plain;
}

StaticFiles::Answer StaticFiles::answer(const Request& request) const {
    const auto* file = find(request.path);
    if (!file && is_place_in_console(request.path)) file = find("/index.html");
    if (!file) return {404, {}, nullptr};

    std::string_view coding;
    const auto& chosen = choose(*file, request.header("Accept-Encoding"), coding);
    const bool unchanged = matches_etag(request.header("If-None-Match"), chosen.etag);
    Answer answer{unchanged ? 304 : 200, {}, unchanged ? nullptr : chosen.content};
    answer.headers = {{"ETag", chosen.etag},
                      {"Cache-Control", file->immutable ? "public, max-age=31536000, immutable" : "no-cache"},
                      {"Content-Type", file->content_type}};
    if (file->brotli.content || file->gzip.content) answer.headers.push_back({"Vary", "Accept-Encoding"});
    if (!coding.empty() && !unchanged) answer.headers.push_back({"Content-Encoding", std::string{coding}});
    return answer;
}

}  // namespace callout::http
