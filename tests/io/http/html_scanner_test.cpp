#include <ousage/io/http/html_scanner.hpp>

#include <gtest/gtest.h>

namespace {

using namespace ousage::io;

// The output of a scan, in one line.
std::string scan(std::string_view document) {
    auto output = std::string{};
    HtmlScanner(document).scan(
        [&output](std::string const& text) { output += "[" + text + "]"; },
        [&output](std::string const& name, std::string const& value) {
            output += name + "=" + value + ";";
        });
    return output;
}

TEST(HtmlScanner, ReportsTextsAndAttributesInOrder) {
    EXPECT_EQ(scan("a <b>c</b> d"), "[a][c][d]");
    EXPECT_EQ(scan("<A HREF=\"x y\" Class='z' id=w hidden>t</A>"), "href=x y;class=z;id=w;[t]");
    EXPECT_EQ(scan("<a b = c / d=e/>"), "b=c;d=e/;");
    EXPECT_EQ(scan("<i title=\"a > b\">t"), "title=a > b;[t]");
    EXPECT_EQ(scan(" a\n\t b&nbsp;\xC2\xA0 c "), "[a b c]");
    EXPECT_EQ(scan("5&#37; &amp;lt; &lt; &percnt; &unknown; &"), "[5% &lt; < % &unknown; &]");
}

TEST(HtmlScanner, SkipsInvisibleContent) {
    EXPECT_EQ(scan("a<!-- <b c=d>e</b> -->f"), "[a][f]");
    EXPECT_EQ(scan("<script src=x>var a = '<b>c</b>';</script>d"), "src=x;[d]");
    EXPECT_EQ(scan("<STYLE>a<b</Style >c"), "[c]");
    EXPECT_EQ(scan("<scripture>a</scripture>"), "[a]");
    EXPECT_EQ(scan("<!DOCTYPE html>a"), "[a]");
}

TEST(HtmlScanner, AcceptsTruncatedDocuments) {
    auto const whole = std::string("<!DOCTYPE html><p a=\"b\" c='d' e=f g>x &amp; y<!-- z "
                                   "--><script>s</script><style>t</style>u");
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        auto const output = scan(std::string_view(whole).substr(0, size));
        EXPECT_LT(output.size(), whole.size());
    }
    for (auto const* const text :
         {"<", "<<", "<>", "</", "</>", "<a=", "<a b=>", "<=", "<a \"", "<!-", "<script",
          "<//////"}) {
        scan(text);
    }
}

} // namespace
