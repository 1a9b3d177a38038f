using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NexRender.Listener.Tests.Architecture;

/// <summary>The sizes that sources keep to.</summary>
[TestClass]
public sealed class MeasureTests
{
    private const int MaxColumns = 140;
    private const int MaxFileLines = 300;
    private const int MaxBodyLines = 40;
    private const int MaxFilesInFolder = 15;

    private static readonly Regex QuestionWord = new("<summary>[\\s/]*(What|Whether|Who|Which|Where|When|How|Why)\\b.*");

    private static readonly IReadOnlyList<SourceFile> Product = SourceFile.All("NexRender.Listener");

    [TestMethod]
    [DataRow("NexRender.Listener")]
    [DataRow("NexRender.Listener.Tests")]
    public void No_line_is_longer_than_140_columns(string project)
    {
        var sources = SourceFile.All(project);
        Assert.IsNotEmpty(sources);
        var tooLong = sources.SelectMany(file => file.Lines.Index().Where(line => line.Item.Length > MaxColumns)
            .Select(line => $"{file.Path}:{line.Index + 1} has {line.Item.Length} columns"));
        AssertNone(tooLong);
    }

    [TestMethod]
    public void No_file_is_longer_than_300_lines() =>
        AssertNone(Product.Where(file => file.Lines.Length > MaxFileLines).Select(file => $"{file.Path} has {file.Lines.Length} lines"));

    [TestMethod]
    public void No_body_is_longer_than_40_lines() => AssertNone(Product.SelectMany(LongBodies));

    [TestMethod]
    public void No_folder_has_more_than_15_files() =>
        AssertNone(Product.CountBy(file => file.Folder).Where(folder => folder.Value > MaxFilesInFolder)
            .Select(folder => $"{folder.Key} has {folder.Value} files"));

    [TestMethod]
    public void Every_file_has_one_type() =>
        AssertNone(Product.Select(file => (file.Path, Types: Types(file))).Where(file => file.Types != 1)
            .Select(file => $"{file.Path} has {file.Types} types"));

    [TestMethod]
    [DataRow("NexRender.Listener")]
    [DataRow("NexRender.Listener.Tests")]
    public void No_summary_begins_with_a_question_word(string project) =>
        AssertNone(SourceFile.All(project).SelectMany(file =>
            QuestionWord.Matches(file.Text).Select(found => $"{file.Path}: {found.Value}")));

    private static int Types(SourceFile file)
    {
        var root = CSharpSyntaxTree.ParseText(file.Text).GetCompilationUnitRoot();
        return root.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .Count(node => node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax);
    }

    private static IEnumerable<string> LongBodies(SourceFile file)
    {
        var tree = CSharpSyntaxTree.ParseText(file.Text);
        var bodies = tree.GetRoot().DescendantNodes().OfType<BlockSyntax>().Where(block => block.Parent is BaseMethodDeclarationSyntax);
        foreach (var body in bodies)
        {
            var span = tree.GetLineSpan(body.Span);
            var lines = span.EndLinePosition.Line - span.StartLinePosition.Line - 1;
            if (lines > MaxBodyLines) yield return $"{file.Path}:{span.StartLinePosition.Line + 1} begins a body of {lines} lines";
        }
    }

    private static void AssertNone(IEnumerable<string> findings) => Assert.AreEqual("", string.Join('\n', findings));
}
