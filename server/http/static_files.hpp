// The built web pages, read into memory once: a path outside the folder cannot be asked for, because only names that
// were found there at the start are known.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "server/http/message.hpp"

namespace callout::http {

class StaticFiles {
public:
    // What answers a GET: headers without Content-Length, and a body that is shared, not copied.
    struct Answer {
        int status = 200;
        std::vector<Header> headers;
        std::shared_ptr<const std::string> body;
    };

    // Knows nothing.
    StaticFiles() = default;

    // Reads the folder with its precompressed neighbours (x.js.br, x.js.gz); links and hidden files are left out.
    // Throws std::filesystem::filesystem_error when the folder cannot be read.
    explicit StaticFiles(const std::filesystem::path& folder);

    // Makes a file known, or known under a second path; the last one wins.
    void add(const std::string& path, std::string_view content_type, std::string content);
    // Nothing happens when the file is not known.
    void add_alias(const std::string& path, const std::string& file);

    // Whether exactly this path is a file here; pages also go by their name without ".html".
    bool contains(std::string_view path) const { return find(path) != nullptr; }

    // The file, or 304 when the client has it. A path outside /api that no file has and whose last segment has no '.'
    // is a place within the console and answered with index.html; everything else without a file is 404, without a
    // body.
    Answer answer(const Request& request) const;

    bool empty() const { return files_.empty(); }

private:
    struct Representation {
        std::shared_ptr<const std::string> content;
        std::string etag;
    };

    struct File {
        std::string content_type;
        bool immutable = false;
        Representation plain;
        Representation brotli;
        Representation gzip;
    };

    const File* find(std::string_view path) const;
    static const Representation& choose(const File& file, std::string_view accept_encoding, std::string_view& coding);

    std::map<std::string, std::shared_ptr<const File>, std::less<>> files_;
};

}  // namespace callout::http
